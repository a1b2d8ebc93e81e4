import type { Locrit } from '../../core';
import { useText } from '../text/text';

/** The Locrits of a first start speak the reader's language, as long as their words are those that the server gave them. */
export function useSpoken<T extends Pick<Locrit, 'description' | 'welcome_message'>>(): (locrit: T) => T {
  const { builtIn } = useText().hands;
  const spoken = (text: string) => builtIn[text] ?? text;
  return (locrit) => ({
    ...locrit,
    description: spoken(locrit.description),
    welcome_message: spoken(locrit.welcome_message),
  });
}
