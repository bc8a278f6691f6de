export function Backtest({ name }: { name: string }) {
  return <p>{name}</p>
}
