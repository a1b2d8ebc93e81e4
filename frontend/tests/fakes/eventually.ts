const LIMIT_MS = 5_000;

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
