const refusedNames = new Set([
  'PATH',
  'PATHEXT',
  'HOME',
  'USERPROFILE',
  'SHELL',
  'COMSPEC',
  'TMPDIR',
  'TEMP',
  'TMP',
  'USER',
  'LOGNAME',
  'PWD',
  'LANG',
  'TERM',
  'DISPLAY',
  'SYSTEMROOT',
  'WINDIR',
  'APPDATA',
  'LOCALAPPDATA',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PERL5OPT',
  'RUBYOPT',
  'JAVA_TOOL_OPTIONS',
  'CLASSPATH',
  'BASH_ENV',
  'ENV',
  'IFS',
  'PROMPT_COMMAND',
  'EDITOR',
  'VISUAL',
  'PAGER',
  'CI',
]);

/** Loaders, run-times, tools and VS Code itself take orders from these; a token in one of them changes what runs. */
const refusedPatterns = [
  /^NODE_/,
  /^LD_/,
  /^DYLD_/,
  /^GIT_/,
  /^VSCODE_/,
  /^ELECTRON_/,
  /^NPM_/,
  /^SSH_/,
  /^SSL_/,
  /^XDG_/,
  /^LC_/,
  /_PROXY$/,
];

/**
 * Why a name cannot carry a token, or `undefined` where it can. Letters, digits and underscores: what REST Client
 * (`\w+`), httpYac (a JavaScript identifier) and every shell read.
 */
export function variableNameProblem(name: string): string | undefined {
  if (name === '') return 'Enter a name such as PAPAYA_TOKEN.';
  if (!/^[A-Za-z_]\w*$/.test(name)) return 'Use letters, digits and underscores only, and no digit first.';
  if (name.length > 100) return 'Use at most 100 characters.';
  const upper = name.toUpperCase();
  if (refusedNames.has(upper) || refusedPatterns.some((pattern) => pattern.test(upper)))
    return `${name} steers programs on this machine. Choose a name such as PAPAYA_TOKEN.`;
  return undefined;
}
