import { createContext, useContext } from 'react';
import { en, type Text } from './en';
import { type ArchiveText, enArchive } from './en.archive';
import { type ContextText, enContext } from './en.context';
import { enMemory, type MemoryText } from './en.memory';
import { enReply, type ReplyText } from './en.reply';
import { enFailures, type Failures, frFailures } from './failures';
import { fr } from './fr';
import { frArchive } from './fr.archive';
import { frContext } from './fr.context';
import { frMemory } from './fr.memory';
import { frReply } from './fr.reply';

export type Language = 'en' | 'fr';
export type LanguageChoice = Language | 'system';
export type AllText = Text & {
  memory: MemoryText;
  archive: ArchiveText;
  context: ContextText;
  failures: Failures;
  reply: ReplyText;
};

const LANGUAGES: Record<Language, AllText> = {
  en: { ...en, memory: enMemory, archive: enArchive, context: enContext, failures: enFailures, reply: enReply },
  fr: { ...fr, memory: frMemory, archive: frArchive, context: frContext, failures: frFailures, reply: frReply },
};

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

export function languageOf(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  const known = preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES);
  return (known as Language | undefined) ?? 'en';
}

export const textOf = (language: Language): AllText => LANGUAGES[language];

export const TextContext = createContext<AllText>(LANGUAGES.en);

export const useText = () => useContext(TextContext);
