"""Who buys again, how often, and what they will be worth.

Start at `predictions`, which goes through all steps. `purchases` reads what customers bought, and
`histories` sums it up per customer. `buy_till_you_die`, `pareto_nbd` and `gamma_gamma` are
published models of how many purchases there will be and what they cost; `regressions` learn from
the shop's own past. `churn` fits all candidates, `backtest` tries them on earlier moments,
`model_choice` takes one and grades it by `accuracy`; `fitted_shop` holds what came of it, for those
who serve and those who evaluate. `order_level` and `value` make orders and money of it,
`simulated_futures` their intervals. `holdout` and `shop_totals` are the test behind
``scripts/evaluate-prediction``. `segment_figures` and `model_card` put it into words for segments
and shop.
"""
