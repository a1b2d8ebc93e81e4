import { fr } from './fr';
import { frArchive } from './fr.archive';
import { frBlocks } from './fr.blocks';
import { frCalls } from './fr.calls';
import { frContext } from './fr.context';
import { frFailures } from './fr.failures';
import { frFiles } from './fr.files';
import { frFinding } from './fr.finding';
import { frForm } from './fr.form';
import { frGone } from './fr.gone';
import { frHands } from './fr.hands';
import { frJobs } from './fr.jobs';
import { frKept } from './fr.kept';
import { frModels } from './fr.models';
import { frReply } from './fr.reply';
import { frTools } from './fr.tools';
import { frTyped } from './fr.typed';
import type { AllText } from './text';

export const french: AllText = {
  ...fr,
  archive: frArchive,
  blocks: frBlocks,
  calls: frCalls,
  context: frContext,
  files: frFiles,
  finding: frFinding,
  form: frForm,
  gone: frGone,
  hands: frHands,
  jobs: frJobs,
  kept: frKept,
  models: frModels,
  reply: frReply,
  tools: frTools,
  typed: frTyped,
  failures: frFailures,
};
