"""Who does the work of reading people's data: this process, several, or a Dask cluster.

The cut of the data into pieces depends on the data alone and the pieces are merged in their order, so that each
gives the same bits.
"""
