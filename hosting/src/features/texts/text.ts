export const text = {
  title: 'How segments feel',
  takeaway: (segment: string, emotion: string, share: string) =>
    `${segment}: ${emotion} is strongest, at ${share}.`,
  none: 'No words to read',
  noneNote: 'This source has no reviews or messages, so feelings aren’t guessed. Upload a file with a review column to see them.',
  pending: 'The reviews are still being read. Feelings appear when that is done.',
  segment: 'Segment',
  personality: {
    title: 'Personality',
    takeaway: (words: string) => `From ${words} words. Lines show how sure that is.`,
    weak: 'Weak evidence: below 600 words per customer, take it as a hint.',
    none: 'Too little text for a personality profile. It needs at least 100 words of a customer.',
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
