export const homeText = {
  title: 'Overview',
  hello: (name: string) => `Hello, ${name}`,
  loading: 'Loading the overview',
  failed: 'The overview could not be loaded',
  empty: 'Find out who your customers are',
  connect: 'Connect a shop',
  emptyNote: 'Upload a CSV of orders, customers or reviews, or connect a shop. The rest happens by itself.',
  steps: [
    ['Upload', 'Any column names, any delimiter. You see what was recognised.'],
    ['Wait a minute', 'The file is checked, customers are measured and grouped.'],
    ['Use it', 'Each segment says who is in it, why, and what it is worth.'],
  ] as [string, string][],
  waiting: 'Waiting for you',
  finished: (when: string) => `Segmented ${when}`,
}
