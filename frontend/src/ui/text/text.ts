import { createContext, useContext } from 'react';
import { en, type Text } from './en';
import { type ArchiveText, enArchive } from './en.archive';
import { type BlocksText, enBlocks } from './en.blocks';
import { type ChecksText, enChecks } from './en.checks';
import { type ContextText, enContext } from './en.context';
import { enFinding, type FindingText } from './en.finding';
import { enGone, type GoneText } from './en.gone';
import { enHands, type HandsText } from './en.hands';
import { enKept, type KeptText } from './en.kept';
import { enMemory, type MemoryText } from './en.memory';
import { enModels, type ModelsText } from './en.models';
import { enReply, type ReplyText } from './en.reply';
import { enTyped, type TypedText } from './en.typed';
import { enFailures, type Failures, frFailures } from './failures';
import { fr } from './fr';
import { frArchive } from './fr.archive';
import { frBlocks } from './fr.blocks';
import { frChecks } from './fr.checks';
import { frContext } from './fr.context';
import { frFinding } from './fr.finding';
import { frGone } from './fr.gone';
import { frHands } from './fr.hands';
import { frKept } from './fr.kept';
import { frMemory } from './fr.memory';
import { frModels } from './fr.models';
import { frReply } from './fr.reply';
import { frTyped } from './fr.typed';

export type Language = 'en' | 'fr';
export type LanguageChoice = Language | 'system';
export type AllText = Text & {
  archive: ArchiveText;
  blocks: BlocksText;
  checks: ChecksText;
  context: ContextText;
  finding: FindingText;
  gone: GoneText;
  hands: HandsText;
  kept: KeptText;
  memory: MemoryText;
  models: ModelsText;
  reply: ReplyText;
  typed: TypedText;
  failures: Failures;
};

const LANGUAGES: Record<Language, AllText> = {
  en: {
    ...en,
    archive: enArchive,
    blocks: enBlocks,
    checks: enChecks,
    context: enContext,
    finding: enFinding,
    gone: enGone,
    hands: enHands,
    kept: enKept,
    memory: enMemory,
    models: enModels,
    reply: enReply,
    typed: enTyped,
    failures: enFailures,
  },
  fr: {
    ...fr,
    archive: frArchive,
    blocks: frBlocks,
    checks: frChecks,
    context: frContext,
    finding: frFinding,
    gone: frGone,
    hands: frHands,
    kept: frKept,
    memory: frMemory,
    models: frModels,
    reply: frReply,
    typed: frTyped,
    failures: frFailures,
  },
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
