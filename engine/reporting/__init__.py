"""Cases from intake to closing with their time limits, and praise of good deeds."""
