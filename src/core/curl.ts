export type Shell = 'posix' | 'powershell';

/**
 * A curl command for a bearer-protected URL whose token comes from an environment variable or stands in it.
 * A token has been checked to be visible ASCII when it was received; quotes in it are escaped for the shell all the same.
 */
export function curlCommand(url: string, scheme: string, token: { variable: string } | { literal: string }, shell: Shell): string {
  const header =
    'variable' in token
      ? `"Authorization: ${scheme} ${shell === 'powershell' ? `$env:${token.variable}` : `$${token.variable}`}"`
      : quote(`Authorization: ${scheme} ${token.literal}`, shell);
  return `${shell === 'powershell' ? 'curl.exe' : 'curl'} --header ${header} ${quote(url, shell)}`;
}

function quote(text: string, shell: Shell): string {
  return `'${text.replaceAll("'", shell === 'powershell' ? "''" : String.raw`'\''`)}'`;
}
