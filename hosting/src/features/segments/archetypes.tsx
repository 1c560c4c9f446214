import {
  BadgePercent,
  BedDouble,
  CalendarClock,
  CalendarRange,
  Compass,
  Crown,
  Flame,
  Gem,
  HeartHandshake,
  type LucideIcon,
  Package,
  RefreshCcw,
  Rocket,
  ShoppingBag,
  ShoppingBasket,
  Sprout,
  Ticket,
  TriangleAlert,
  Users,
} from 'lucide-react'

const ICONS: Record<string, LucideIcon> = {
  'impulsive-emotional': Flame,
  impulsive: Flame,
  'price-sensitive-anxious': BadgePercent,
  'price-sensitive': BadgePercent,
  'brand-loyal-confident': HeartHandshake,
  'brand-loyal': HeartHandshake,
  'curious-browsers': Compass,
  'variety-seekers': Compass,
  'luxury-seekers': Crown,
  'frustrated-at-risk': TriangleAlert,
  'at-risk': TriangleAlert,
  'new-arrivals': Sprout,
  dormant: BedDouble,
  'one-time': Ticket,
  occasional: CalendarRange,
  'core-customers': Gem,
  'steady-regulars': CalendarClock,
  'bulk-buyers': Package,
  'rising-stars': Rocket,
  'habitual-repurchasers': RefreshCcw,
  'weekend-shoppers': ShoppingBag,
  'big-basket-occasionals': ShoppingBasket,
  'small-basket-frequents': ShoppingBasket,
}

/** The icon of an archetype, on the colour its segment has in every chart. */
export function SegmentIcon({ archetype, colour }: { archetype: string | null | undefined; colour: string }) {
  const Icon = (archetype ? ICONS[archetype] : undefined) ?? Users
  return (
    <span
      aria-hidden
      className="grid size-9 shrink-0 place-items-center rounded-lg"
      style={{ backgroundColor: `color-mix(in oklab, ${colour} 16%, transparent)`, color: colour }}
    >
      <Icon className="size-[18px]" />
    </span>
  )
}
