/** Shapes of .env files, and what they are with ACME_TOKEN. `removed` where removing it leaves something else. */
export interface DotenvShape {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly removed?: string;
}

export const dotenvShapes: readonly DotenvShape[] = [
  { name: 'an empty file', before: '', after: 'ACME_TOKEN=VALUE\n' },
  { name: 'a blank line', before: '\n', after: '\nACME_TOKEN=VALUE\n' },
  { name: 'another variable', before: 'A=1\n', after: 'A=1\nACME_TOKEN=VALUE\n' },
  { name: 'no final line break', before: 'A=1', after: 'A=1\nACME_TOKEN=VALUE' },
  { name: 'Windows line endings', before: 'A=1\r\nB=2\r\n', after: 'A=1\r\nB=2\r\nACME_TOKEN=VALUE\r\n' },
  { name: 'Windows line endings and no final one', before: 'A=1\r\nB=2', after: 'A=1\r\nB=2\r\nACME_TOKEN=VALUE' },
  { name: 'comments', before: '# keys\nA=1 # one\n', after: '# keys\nA=1 # one\nACME_TOKEN=VALUE\n' },
  { name: 'a comment without a line break', before: '# keys', after: '# keys\nACME_TOKEN=VALUE' },
  { name: 'it commented out', before: '# ACME_TOKEN=old\n', after: '# ACME_TOKEN=old\nACME_TOKEN=VALUE\n' },
  { name: 'blank lines at the end', before: 'A=1\n\n\n', after: 'A=1\n\n\nACME_TOKEN=VALUE\n' },
  { name: 'an old value', before: 'A=1\nACME_TOKEN=old\nB=2\n', after: 'A=1\nACME_TOKEN=VALUE\nB=2\n', removed: 'A=1\nACME_TOKEN=\nB=2\n' },
  { name: 'an old value on the last line', before: 'A=1\nACME_TOKEN=old', after: 'A=1\nACME_TOKEN=VALUE', removed: 'A=1\nACME_TOKEN=' },
  {
    name: 'an old value, CRLF',
    before: 'ACME_TOKEN=old\r\nB=2\r\n',
    after: 'ACME_TOKEN=VALUE\r\nB=2\r\n',
    removed: 'ACME_TOKEN=\r\nB=2\r\n',
  },
  { name: 'an empty value', before: 'ACME_TOKEN=\nB=2\n', after: 'ACME_TOKEN=VALUE\nB=2\n' },
  { name: 'an empty value on the last line', before: 'ACME_TOKEN=', after: 'ACME_TOKEN=VALUE' },
  {
    name: 'an old value with a comment',
    before: 'ACME_TOKEN=old # renew\n',
    after: 'ACME_TOKEN=VALUE # renew\n',
    removed: 'ACME_TOKEN= # renew\n',
  },
  { name: 'single quotes', before: "ACME_TOKEN='old'\nB=2\n", after: "ACME_TOKEN='VALUE'\nB=2\n", removed: "ACME_TOKEN=''\nB=2\n" },
  {
    name: 'double quotes',
    before: 'ACME_TOKEN="old" # renew\n',
    after: 'ACME_TOKEN="VALUE" # renew\n',
    removed: 'ACME_TOKEN="" # renew\n',
  },
  { name: 'backticks', before: 'ACME_TOKEN=`old`\n', after: 'ACME_TOKEN=`VALUE`\n', removed: 'ACME_TOKEN=``\n' },
  { name: 'export', before: 'export ACME_TOKEN=old\n', after: 'export ACME_TOKEN=VALUE\n', removed: 'export ACME_TOKEN=\n' },
  { name: 'blanks around the sign', before: '  ACME_TOKEN = old\n', after: '  ACME_TOKEN = VALUE\n', removed: '  ACME_TOKEN = \n' },
  {
    name: 'two definitions',
    before: 'ACME_TOKEN=a\nB=2\nACME_TOKEN=b\n',
    after: 'ACME_TOKEN=VALUE\nB=2\nACME_TOKEN=VALUE\n',
    removed: 'ACME_TOKEN=\nB=2\nACME_TOKEN=\n',
  },
  {
    name: 'names that begin alike',
    before: 'ACME_TOKEN_2=a\nMY_ACME_TOKEN=b\n',
    after: 'ACME_TOKEN_2=a\nMY_ACME_TOKEN=b\nACME_TOKEN=VALUE\n',
  },
  {
    name: 'it inside a value of several lines',
    before: 'KEY="first\nACME_TOKEN=no\nlast"\nB=2\n',
    after: 'KEY="first\nACME_TOKEN=no\nlast"\nB=2\nACME_TOKEN=VALUE\n',
  },
  {
    name: 'a value of several lines',
    before: 'ACME_TOKEN="a\nb"\nB=2\n',
    after: 'ACME_TOKEN="VALUE"\nB=2\n',
    removed: 'ACME_TOKEN=""\nB=2\n',
  },
  { name: 'a sharp sign and an equals sign in another value', before: "A='x#y=z'\nB=p=q\n", after: "A='x#y=z'\nB=p=q\nACME_TOKEN=VALUE\n" },
  { name: 'letters of other scripts', before: '# Größe 💶\nA=ü\n', after: '# Größe 💶\nA=ü\nACME_TOKEN=VALUE\n' },
];
