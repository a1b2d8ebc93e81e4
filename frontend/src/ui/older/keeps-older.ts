/** Where a client of another system keeps its chats in this browser. They are read, and never changed. */
export const OLDER_KEY = 'chat_sessions_test';
const ANSWERED = 'locrit.older';

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // blocked by the browser's settings
  }
}

export const olderText = () => read(OLDER_KEY);

/** Whether there is something to be offered, which is done once. */
export const offersOlder = () => olderText() !== null && read(ANSWERED) === null;

export function markAnswered(): void {
  try {
    localStorage.setItem(ANSWERED, new Date().toISOString());
  } catch {
    // it is offered again: bringing it again has no further effect
  }
}
