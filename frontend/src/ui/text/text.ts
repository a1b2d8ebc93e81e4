import { createContext, useContext } from 'react';
import { en, type Text } from './en';
import { type ArchiveText, enArchive } from './en.archive';
import { type ContextText, enContext } from './en.context';
import { enFinding, type FindingText } from './en.finding';
import { enMemory, type MemoryText } from './en.memory';
import { enFailures, type Failures, frFailures } from './failures';
import { fr } from './fr';
import { frArchive } from './fr.archive';
import { frContext } from './fr.context';
import { frFinding } from './fr.finding';
import { frMemory } from './fr.memory';

export type Language = 'en' | 'fr';
export type LanguageChoice = Language | 'system';
export type AllText = Text & {
  memory: MemoryText;
  archive: ArchiveText;
  context: ContextText;
  finding: FindingText;
  failures: Failures;
};

const LANGUAGES: Record<Language, AllText> = {
  en: { ...en, memory: enMemory, archive: enArchive, context: enContext, finding: enFinding, failures: enFailures },
  fr: { ...fr, memory: frMemory, archive: frArchive, context: frContext, finding: frFinding, failures: frFailures },
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
