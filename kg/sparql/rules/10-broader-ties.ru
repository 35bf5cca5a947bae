# Derives the broader ties of every direct triple, such as conflicts-with from threatens, so that families of ties
# can be asked for without a reasoner. Comes last, because it builds on all rules before.
# native: closure
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { GRAPH ?g { ?subject ?broader ?object } }
WHERE {
  ?property rdfs:subPropertyOf+ ?broader .
  GRAPH ?g { ?subject ?property ?object }
  FILTER (STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
}
