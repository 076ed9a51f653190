/** Values that REST Client and httpYac resolve at the moment of sending. */

/** From the environment of the client's process. */
export function environmentReference(variable: string): string {
  return `{{$processEnv ${variable}}}`;
}

export function isEnvironmentReference(value: string): boolean {
  return /^\{\{\$processEnv \w+\}\}$/.test(value);
}

/** From the nearest `.env` file. */
export function dotenvReference(variable: string): string {
  return `{{$dotenv ${variable}}}`;
}

/** From a file variable or the chosen environment. */
export function variableReference(name: string): string {
  return `{{${name}}}`;
}

/**
 * The name under which `.http` files know a variable: `papayaToken` for `PAPAYA_TOKEN`. An identifier, as httpYac
 * reads `{{…}}` as JavaScript; ending in "Token", which no reserved word does.
 */
export function fileVariableName(variable: string): string {
  const words = variable.split(/_+/).filter((word) => word !== '');
  const camel = words
    .map((word, index) => {
      const lower = word === word.toUpperCase() ? word.toLowerCase() : word;
      return (index === 0 ? lower.charAt(0).toLowerCase() : lower.charAt(0).toUpperCase()) + lower.slice(1);
    })
    .join('');
  const name = /^[a-z]/i.test(camel) ? camel : `token${camel}`;
  return /token$/i.test(name) ? name : `${name}Token`;
}
