import type { InvitationsText } from './en.invitations';

/** Links that open a Locrit to one guest, in French. */
export const frInvitations: InvitationsText = {
  title: 'Invitations',
  hint: 'Qui a le lien parle avec lui, dans une conversation que vous voyez aussi.',
  whom: 'Pour qui',
  make: 'Créer un lien',
  link: (whom) => (whom ? `Lien pour ${whom}` : 'Lien'),
  once: 'Copiez-le maintenant : il n’est plus montré ensuite.',
  copy: 'Copier le lien',
  noName: 'Sans nom',
  made: (when) => `créée ${when}`,
  revoke: 'Révoquer',
  revokeOf: (whom) => `Révoquer l’invitation : ${whom}`,
  revoked: (when) => `révoquée ${when}`,
  failed: 'Les invitations n’ont pas pu être chargées.',
};
