/** @file The messages above the charts, in every layout of the page. */
import { Part } from '../ui/Part.tsx';
import { MessagesArea } from './panels/MessagesArea.tsx';
import type { PartsProps } from './parts.ts';

export const PageMessages = ({ session, library, files, data, comparison, composer }: PartsProps) => (
  <Part part="messages">
    <MessagesArea
      session={session}
      library={library}
      files={files}
      data={data}
      comparison={comparison}
      onShowTerm={composer.show}
    />
  </Part>
);
