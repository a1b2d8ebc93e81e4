// Sets the theme before the first paint. The choice is kept by src/core/local-state.ts.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('locrit.theme') || choice;
  } catch {
    // Storage is blocked: the system's theme it is.
  }
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
})();
