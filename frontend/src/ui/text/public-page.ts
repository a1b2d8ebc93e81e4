import { enPublicPage } from './en.public-page';
import { frPublicPage } from './fr.public-page';

export const publicPageText = { en: enPublicPage, fr: frPublicPage };
