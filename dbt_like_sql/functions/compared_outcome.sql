/*
description: >-
  The word for a figure 2 or 1 intervals below its benchmark (-2, -1), not told apart (0), or above
  it (1, 2) under a polarity; not_compared where the side is NULL or the polarity is unknown.
owner: data-engineering@ashmere.example
# side stands here once: it is a long expression, and a macro copies what it is given.
*/
create or replace macro compared_outcome(side, polarity) as (
    coalesce(
        list_extract(
            case
                when known_polarity(polarity) = 'neutral'
                    then ['lowest', 'lower', 'similar', 'higher', 'highest']
                else ['worst', 'worse', 'similar', 'better', 'best']
            end,
            3
            + side
            * case known_polarity(polarity)
                when 'lower_is_better' then -1
                when 'higher_is_better' then 1
                when 'neutral' then 1
            end
        ),
        'not_compared'
    )
)
