import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '../../api/staff.ts';
import { texts } from '../../texts.ts';
import { SignInForm } from './sign-in-form.tsx';

const t = texts.signIn;

/** Signs the same person in again, over a page with unsaved changes. */
export function SignInDialog({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { me } = useSession();
  const queries = useQueryClient();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} title={t.title} centered>
      <SignInForm
        reason={t.endedUnsaved}
        email={me.email}
        onSignedIn={async () => {
          onSignedIn();
          await queries.invalidateQueries();
        }}
      />
    </Modal>
  );
}
