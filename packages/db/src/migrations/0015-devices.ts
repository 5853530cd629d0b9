/** What became of each of several devices a delivery goes to; owner: senders. */
export const devices = `
alter table ledger.deliveries add column devices text;
`;
