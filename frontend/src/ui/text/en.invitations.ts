/** Links that open a Locrit to one guest, in English. */
export const enInvitations = {
  title: 'Invitations',
  hint: 'Whoever has the link talks with it, in one conversation that you see, too.',
  whom: 'For whom',
  make: 'Make a link',
  link: (whom: string) => (whom ? `Link for ${whom}` : 'Link'),
  once: 'Copy it now: it is not shown again.',
  copy: 'Copy the link',
  noName: 'Without a name',
  made: (when: string) => `made ${when}`,
  revoke: 'Revoke',
  revokeOf: (whom: string) => `Revoke the invitation: ${whom}`,
  revoked: (when: string) => `revoked ${when}`,
  failed: 'The invitations could not be loaded.',
};

export type InvitationsText = typeof enInvitations;
