import type { StatefulServiceName } from '#libs/contracts';

/** What a process does: any of `http`, `consumers`, `relay`, `reconcilers`. This library minds the middle two. */
export type ProcessRole = 'http' | 'consumers' | 'relay' | 'reconcilers';

export interface MessagingOptions {
  readonly service: StatefulServiceName;
  readonly schema: string;
  /** `host:port`, or several separated by commas. */
  readonly brokers: string | readonly string[];
  /** Stands before every topic and the group; '' in production. */
  readonly topicPrefix: string;
  readonly roles: readonly ProcessRole[];
  /** After how long the broker gives a silent process's partitions to others; 10 s when not given. The broker bounds it. */
  readonly sessionTimeoutMs?: number;
  /** Told when nothing but a new process can help; by default the process ends with code 1. */
  readonly onFatal?: (error: Error) => void;
}

export const MESSAGING_OPTIONS = Symbol('MessagingOptions');

export function brokerList(options: MessagingOptions): string[] {
  return typeof options.brokers === 'string'
    ? options.brokers.split(',').map((broker) => broker.trim())
    : [...options.brokers];
}

/** One Kafka consumer group per service. */
export function groupOf(options: MessagingOptions): string {
  return `${options.topicPrefix}${options.service}`;
}
