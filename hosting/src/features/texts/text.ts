export const text = {
  title: 'How segments feel',
  takeaway: (segment: string, emotion: string, share: string) =>
    `${segment}: ${emotion} is strongest, at ${share}.`,
  none: 'No words to read',
  unread: 'Words that weren’t read',
  noneNote: 'This source has no reviews or messages, so feelings aren’t guessed. Upload a file with a review column to see them.',
  noneNoteShop: 'This shop has no reviews or messages, so feelings aren’t guessed.',
  states: {
    pending:
      'The reviews couldn’t be read yet, so these segments rest on behaviour alone. The words are added by themselves as soon as they can be read.',
    refused:
      'The service that reads reviews turned us away, so these segments rest on behaviour alone. When it is set right, generate the segments again.',
    off: 'No service that reads reviews is set up, so these segments rest on behaviour alone.',
  } as Record<string, string>,
  segment: 'Segment',
  personality: {
    title: 'Personality',
    takeaway: (words: string) => `From ${words} words. Lines show how sure that is.`,
    weak: 'Weak evidence: below 600 words per customer, take it as a hint.',
    none: 'No personality to tell: nothing sets these customers apart, or they wrote too little (100 words each at least).',
    traits: {
      openness: 'Openness',
      conscientiousness: 'Conscientiousness',
      extraversion: 'Extraversion',
      agreeableness: 'Agreeableness',
      neuroticism: 'Emotional reactivity',
    } as Record<string, string>,
  },
  emotions: {} as Record<string, string>,
}
