"""The merge: which item stands where, which coin falls how, and who earns the vote. Standard library only."""
