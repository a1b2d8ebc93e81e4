import { enArtifacts } from './en.artifacts';
import { frArtifacts } from './fr.artifacts';

export const artifactsText = { en: enArtifacts, fr: frArtifacts };
