/** So long that only what hangs reaches it: a machine that does other work at the same time is slow, not wrong. */
const LIMIT_MS = 30_000;

/** Tries `check` until it does not throw and does not return false; `between` is called before each further try. */
export async function eventually(check: () => unknown, between: () => void = () => {}): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      if ((await check()) === false) throw new Error('It never became true.');
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    between();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
