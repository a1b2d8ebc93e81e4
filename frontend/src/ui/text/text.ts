import { createContext, useContext } from 'react';
import { en, type Text } from './en';
import { type ArchiveText, enArchive } from './en.archive';
import { type BlocksText, enBlocks } from './en.blocks';
import { type CallsText, enCalls } from './en.calls';
import { type ContextText, enContext } from './en.context';
import { enFiles, type FilesText } from './en.files';
import { enFinding, type FindingText } from './en.finding';
import { enForm, type FormText } from './en.form';
import { enGone, type GoneText } from './en.gone';
import { enHands, type HandsText } from './en.hands';
import { enJobs, type JobsText } from './en.jobs';
import { enKept, type KeptText } from './en.kept';
import { enModels, type ModelsText } from './en.models';
import { enReply, type ReplyText } from './en.reply';
import { enTools, type ToolsText } from './en.tools';
import { enTyped, type TypedText } from './en.typed';
import { enFailures, type Failures } from './failures';

export type Language = 'en' | 'fr';
export type LanguageChoice = Language | 'system';
export type AllText = Text & {
  archive: ArchiveText;
  blocks: BlocksText;
  calls: CallsText;
  context: ContextText;
  files: FilesText;
  finding: FindingText;
  form: FormText;
  gone: GoneText;
  hands: HandsText;
  jobs: JobsText;
  kept: KeptText;
  models: ModelsText;
  reply: ReplyText;
  tools: ToolsText;
  typed: TypedText;
  failures: Failures;
};

export const english: AllText = {
  ...en,
  archive: enArchive,
  blocks: enBlocks,
  calls: enCalls,
  context: enContext,
  files: enFiles,
  finding: enFinding,
  form: enForm,
  gone: enGone,
  hands: enHands,
  jobs: enJobs,
  kept: enKept,
  models: enModels,
  reply: enReply,
  tools: enTools,
  typed: enTyped,
  failures: enFailures,
};

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

export function languageOf(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  const known = preferred.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGE_NAMES);
  return (known as Language | undefined) ?? 'en';
}

/** All languages but English are fetched when they are first wanted. */
export const textOf = async (language: Language): Promise<AllText> =>
  language === 'en' ? english : (await import('./french')).french;

export const TextContext = createContext(english);

export const useText = () => useContext(TextContext);

/** The words of what is fetched when it is wanted: they come with it, in every language. */
export const useTextOf = <T>(area: Record<Language, T>): T => area[useText().language as Language];
