import dns from 'node:dns';

/** Stands in for the look-up of host names in this process until it is disposed of. */
export interface FakeNames extends Disposable {
  /** Names that were looked up, in order. */
  readonly asked: readonly string[];
}

/** @param answer the IPv4 address that every name has, or the code with which every look-up fails */
export function fakeNames(answer: { readonly address: string } | { readonly code: string }): FakeNames {
  const real = dns.lookup;
  const asked: string[] = [];
  const lookup = (name: string, options: dns.LookupOptions, callback: (...result: unknown[]) => void) => {
    asked.push(name);
    setImmediate(() => {
      if ('code' in answer) callback(Object.assign(new Error(`getaddrinfo ${answer.code} ${name}`), { code: answer.code }));
      else if (options.all) callback(null, [{ address: answer.address, family: 4 }]);
      else callback(null, answer.address, 4);
    });
  };
  dns.lookup = lookup as typeof dns.lookup;
  return {
    asked,
    [Symbol.dispose]: () => {
      dns.lookup = real;
    },
  };
}
