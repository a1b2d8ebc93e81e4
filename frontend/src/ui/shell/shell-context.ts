import { createContext, useContext } from 'react';

interface ShellState {
  /** That the server has been asked for the conversations: what is not there now does not exist. */
  listed: boolean;
  openSidebar: () => void;
  openPalette: () => void;
  openShortcuts: () => void;
}

const nothing = () => undefined;

export const ShellContext = createContext<ShellState>({
  listed: false,
  openSidebar: nothing,
  openPalette: nothing,
  openShortcuts: nothing,
});

export const useShell = () => useContext(ShellContext);
