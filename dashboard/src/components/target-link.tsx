import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TargetChoice } from '../api/targets.ts';

/** The way to a record that something points to, where it has a page. */
export function TargetLink({ type, id, label }: TargetChoice) {
  const look = { className: 'link break' };
  switch (type) {
    case 'customer':
      return (
        <Link to="/customers/$customerId" params={{ customerId: id }} {...look}>
          {label}
        </Link>
      );
    case 'order':
      return (
        <Link to="/orders/$orderId" params={{ orderId: id }} {...look}>
          {label}
        </Link>
      );
    case 'product':
      return (
        <Link to="/products/$productId" params={{ productId: id }} {...look}>
          {label}
        </Link>
      );
    default:
      return (
        <Text size="sm" className="break">
          {label}
        </Text>
      );
  }
}
