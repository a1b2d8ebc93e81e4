import { FileCards } from '../attachments/FileCards';
import type { PartOf, PartProps } from './kinds';

export function FilePart({ part }: PartProps<PartOf<'file'>>) {
  return <FileCards files={[part]} />;
}
