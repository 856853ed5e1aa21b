import type { Item } from '../client/ask.ts';

type Sale = Pick<Item<'/hosts/{id}/sales'>, 'price' | 'cut' | 'payments'>;
type Money = Sale['price'];

/** What was paid for a sale and kept: what was paid back is below zero. */
export function paidOf({ price, payments }: Sale): Money {
  return { ...price, minor: payments.reduce((sum, { amount }) => sum + amount.minor, 0) };
}

/** What is left of the price; of a term that ended early nothing is. */
export function owedOf(sale: Sale): Money {
  const minor = sale.cut === null ? Math.max(0, sale.price.minor - paidOf(sale).minor) : 0;
  return { ...sale.price, minor };
}
