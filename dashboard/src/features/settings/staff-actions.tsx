import { Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { StaffSetupLink, StaffUser } from '../../../../server/src/contract.ts';
import { api } from '../../api/client.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { formatMoment } from '../../dates.ts';
import { texts } from '../../texts.ts';

const t = texts.staff;

/** What a dialog about a member of staff is given. */
export interface StaffDialogProps {
  readonly user: StaffUser;
  readonly onClose: () => void;
  /** Something has changed. */
  readonly onDone: () => Promise<unknown>;
}

interface SetupLinkDialogProps {
  readonly title: string;
  readonly link: StaffSetupLink;
  readonly onClose: () => void;
}

/** Shows a set-up link, once. */
export function SetupLinkDialog({ title, link, onClose }: SetupLinkDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': texts.close }}
    >
      <ShownOnce
        help={t.linkHelp(formatMoment(link.expires_at))}
        values={[{ label: t.link, value: link.url }]}
        onDone={onClose}
      />
    </Modal>
  );
}

/** Makes a link by which a member of staff sets a new password. */
export function NewLinkDialog({ user, onClose }: StaffDialogProps) {
  const [link, setLink] = useState<StaffSetupLink>();
  if (link !== undefined) return <SetupLinkDialog title={t.linkFor(user.name)} link={link} onClose={onClose} />;
  return (
    <Confirm
      title={t.newLinkTitle(user.name)}
      action={t.makeLink}
      isHarmless
      onClose={onClose}
      onConfirm={async () => setLink((await api.post<StaffSetupLink>(`/staff/users/${user.id}/setup-link`)).data)}
    >
      <Text size="sm">{t.newLinkHelp}</Text>
    </Confirm>
  );
}

/** Ends the sessions of a member of staff. */
export function SignOutDialog({ user, onClose, onDone }: StaffDialogProps) {
  return (
    <Confirm
      title={t.signOutTitle(user.name)}
      action={t.signOut}
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/staff/users/${user.id}/sessions`);
        notifications.show({ message: t.signedOut_(user.name) });
        onClose();
        await onDone();
      }}
    >
      <Text size="sm">{t.signOutHelp}</Text>
    </Confirm>
  );
}

/** Removes a member of staff. */
export function RemoveDialog({ user, onClose, onDone }: StaffDialogProps) {
  return (
    <Confirm
      title={t.removeTitle(user.name)}
      action={t.remove}
      onClose={onClose}
      onConfirm={async () => {
        await api.delete(`/staff/users/${user.id}`);
        notifications.show({ message: t.removed(user.name) });
        onClose();
        await onDone();
      }}
    >
      <Text size="sm">{t.removeHelp}</Text>
    </Confirm>
  );
}
