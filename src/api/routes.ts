import { accountRoutes } from './resources/account.ts';
import { agreementRoutes } from './resources/agreements.ts';
import { approvalRoutes } from './resources/approvals.ts';
import { auditRoutes } from './resources/audits.ts';
import { causeRoutes } from './resources/causes.ts';
import { contactRoutes } from './resources/contacts.ts';
import { customerRoutes } from './resources/customers.ts';
import { documentRoutes } from './resources/documents.ts';
import { hostRoutes } from './resources/hosts.ts';
import { invitationRoutes } from './resources/invitations.ts';
import { invoiceRoutes } from './resources/invoices.ts';
import { ledgerRoutes } from './resources/ledger.ts';
import { measureRoutes } from './resources/measures.ts';
import { monthRoutes } from './resources/months.ts';
import { offerRoutes } from './resources/offers.ts';
import { outageRoutes } from './resources/outages.ts';
import { planRoutes } from './resources/plans.ts';
import { providerRoutes } from './resources/provider.ts';
import { relayRoutes } from './resources/relay.ts';
import { renewalRoutes } from './resources/renewals.ts';
import { saleRoutes } from './resources/sales.ts';
import { sampleRoutes } from './resources/sample.ts';
import { sealRoutes } from './resources/seals.ts';
import { setUpRoutes } from './resources/setup.ts';
import { transferRoutes } from './resources/transfers.ts';
import { userRoutes } from './resources/users.ts';
import { waitingRoutes } from './resources/waiting.ts';
import type { Route } from './route.ts';

/** Every route of the API. To add a resource: a file in `resources/` and a row here (docs/how-to/add-a-route.md). */
export const routes: readonly Route[] = [
  ...setUpRoutes,
  ...sampleRoutes,
  ...accountRoutes,
  ...userRoutes,
  ...invitationRoutes,
  ...relayRoutes,
  ...providerRoutes,
  ...planRoutes,
  ...customerRoutes,
  ...contactRoutes,
  ...hostRoutes,
  ...agreementRoutes,
  ...offerRoutes,
  ...documentRoutes,
  ...sealRoutes,
  ...saleRoutes,
  ...renewalRoutes,
  ...ledgerRoutes,
  ...transferRoutes,
  ...invoiceRoutes,
  ...measureRoutes,
  ...outageRoutes,
  ...monthRoutes,
  ...waitingRoutes,
  ...approvalRoutes,
  ...causeRoutes,
  ...auditRoutes,
];
