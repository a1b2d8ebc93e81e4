/** A number with its noun, in French. */
export const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString('fr')} ${count < 2 ? one : many}`;
