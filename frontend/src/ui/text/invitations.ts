import { enInvitations } from './en.invitations';
import { frInvitations } from './fr.invitations';

export const invitationsText = { en: enInvitations, fr: frInvitations };
