import { basePath } from '../../../core';

/** A picture as it was given, without the camera's notes; anything else to be saved. */
export const contentOf = (id: string) => `${basePath()}api/v2/attachments/${encodeURIComponent(id)}/content`;
export const thumbnailOf = (id: string) => `${basePath()}api/v2/attachments/${encodeURIComponent(id)}/thumbnail`;
