/** The Authorization value that REST Client and httpYac resolve from the environment at the moment of sending. */
export function authorizationReference(scheme: string, variable: string): string {
  return `${scheme} {{$processEnv ${variable}}}`;
}
