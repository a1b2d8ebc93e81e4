import { enNotes } from './en.notes';
import { frNotes } from './fr.notes';

export const notesText = { en: enNotes, fr: frNotes };
