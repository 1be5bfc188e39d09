/** What the answers to some notices say of the gateway itself: that nobody is there, that somebody is again, or that it refuses everybody alike. */

import { logEvent } from '../events.ts';
import { ITSELF } from '../wave/channels.ts';
import type { StepContext } from '../wave/stage.ts';
import { pauseNotices } from './manage.ts';
import type { Gateway, Receipt } from './port.ts';
import { restGateway, wakeGateway } from './turns.ts';

/** Refusals with one code and not a single notice taken, after which the fault is not with the addresses. */
const MOST_ALIKE = 20;

/** What the other side has answered begins with it: of SMTP, or of HTTP. */
const CODE = /^\d{3}/;

/** Of some notices, by their place: which ones were tried for the first time. */
export interface Attempted {
  readonly first: readonly boolean[];
  readonly isProbe: boolean;
}

/** Of one batch. */
export class GatewayHealth {
  readonly #context: StepContext;
  readonly #gateway: Gateway;
  #taken = 0;
  readonly #refused = new Map<string, number>();

  constructor(context: StepContext, gateway: Gateway) {
    this.#context = context;
    this.#gateway = gateway;
  }

  /** @returns Whether it is to be asked about before anything more is handed over. */
  async lookAt(receipts: readonly (Receipt | undefined)[], { first, isProbe }: Attempted): Promise<boolean> {
    const { database, log } = this.#context;
    const { channel } = this.#gateway;
    const known = receipts.filter((receipt) => receipt !== undefined);
    const down = known.find(isDown);
    const isThere = known.some(hasAnswered);
    if (down !== undefined && (!isThere || down.after !== undefined)) {
      const found = { why: down.reason, after: down.after, isProbe };
      const seconds = await restGateway(database.sql, channel, found);
      if (seconds !== undefined)
        logEvent(log, 'gateway.resting', { channel, seconds: Math.round(seconds), why: down.reason });
      return true;
    }
    if (isThere && (await wakeGateway(database.sql, channel))) logEvent(log, 'gateway.back', { channel });
    // Those that are sent again were refused before: that says nothing of the others.
    return this.#stopWhereAlike(receipts.filter((_, place) => first[place] === true));
  }

  /** A relay that knows nobody, a sender that is barred: one wrong setting is not to end a million notices for good. */
  async #stopWhereAlike(receipts: readonly (Receipt | undefined)[]): Promise<boolean> {
    for (const receipt of receipts) {
      if (receipt?.state === 'sent' || receipt?.state === 'delivered') this.#taken += 1;
      if (receipt?.state !== 'failed' && receipt?.state !== 'unknown') continue;
      const [code] = CODE.exec(receipt.reason) ?? [];
      if (code !== undefined) this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
    }
    const [[code, times] = ['', 0], ...others] = this.#refused;
    if (this.#taken > 0 || others.length > 0 || times < MOST_ALIKE) return false;
    const { database, wave, log } = this.#context;
    const { channel } = this.#gateway;
    const reason = `${times} of ${times} answered with ${code}: look at the settings, resume, then send those again`;
    const paused = await pauseNotices(database.sql, { waveId: wave.id, channel }, { by: ITSELF, reason });
    if (paused.length > 0) logEvent(log, 'notices.refused', { wave: wave.id, channel, times, code });
    return true;
  }
}

/** An address that is none is found without asking anybody. */
function hasAnswered(receipt: Receipt): boolean {
  switch (receipt.state) {
    case 'sent':
    case 'delivered':
      return true;
    case 'unknown':
      return false;
    default:
      return !isDown(receipt) && CODE.test(receipt.reason);
  }
}

function isDown(receipt: Receipt): receipt is Extract<Receipt, { state: 'created' }> {
  return receipt.state === 'created' && receipt.isDown === true;
}
