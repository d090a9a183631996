"""What can be asked of posts: accepting, finding and changing them."""
