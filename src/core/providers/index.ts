import type { Provider } from '../provider.ts';
import { b2BinPay } from './b2BinPay.ts';
import { papaya } from './papaya.ts';
import { pay4Power } from './pay4Power.ts';
import { payConnect } from './payConnect.ts';

/** Every built-in provider, in the order in which the wizard and the tree show them. */
export const providers: readonly Provider[] = [papaya, pay4Power, payConnect, b2BinPay];

export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}
