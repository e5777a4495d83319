"""Pages of a release: the ``reporting`` schema goes in, marked offline HTML and CSV come out."""
