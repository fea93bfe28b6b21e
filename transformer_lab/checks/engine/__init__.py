"""What judges an answer, whatever the exercise: running, comparing, diagnosing, drawing, seeing forbidden ways.

Nothing here knows an exercise; the rooms beside this package hold those.
"""
