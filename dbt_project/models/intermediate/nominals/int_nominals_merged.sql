{{ survivors() }}
